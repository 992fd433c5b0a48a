"""The Compose application in canonical form, as frozen pydantic models. They are the schema: an attribute not declared here is an error."""
