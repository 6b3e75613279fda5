"""What crosses the HTTP boundary, as pydantic models. The OpenAPI document and the page's types are made from them."""
