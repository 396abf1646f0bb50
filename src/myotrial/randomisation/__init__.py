"""Who receives what: permuted blocks and minimisation, and the list that stays concealed."""
