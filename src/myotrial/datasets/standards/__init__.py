"""Study data in the forms of the standards: SDTM and ADaM, and the files that carry them."""
