/** The files of Swagger UI. */
export { default as bundle } from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "text" };
export { default as style } from "swagger-ui-dist/swagger-ui.css" with { type: "text" };
