// Draws the API's document. No page of ours holds a script; this one asks nobody but us.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
});
