"""Who receives what: lists nobody at a site can read, kits, and the code that can be broken."""
