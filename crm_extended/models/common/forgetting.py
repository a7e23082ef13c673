"""How privacy requests say who they are to records that otherwise refuse changes."""

#: `crmx_forget` in the context of what a request changes: nobody can send this object from outside.
FORGETTING = object()
