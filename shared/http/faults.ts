// The errors every service shares. Codes and texts: ACS "Common Error Codes" and recorded answers of the services.
import { catalogue } from './fault.js';

export const faults = catalogue({
  apiVersionUnspecified: {
    status: 400,
    code: 'ApiVersionUnspecified',
    message: 'An API version is required, but was not specified.',
  },
  unsupportedApiVersion: {
    status: 400,
    code: 'UnsupportedApiVersion',
    message: 'This API version was never published for this operation.',
  },
  badRequest: { status: 400, code: 'BadRequest', message: 'The request is not valid.' },
  malformedJson: {
    status: 400,
    code: 'BadRequest',
    message: 'The request body is not valid JSON. Send a JSON object as the operation describes it.',
  },
  notUtf8: {
    status: 400,
    code: 'BadRequest',
    message: 'The request body is not valid UTF-8. Send JSON in UTF-8.',
  },
  denied: {
    status: 401,
    code: 'Denied',
    message:
      'Denied by the resource provider: the request is not signed with a key of this resource. A key of a resource of the same name in another geography is not one.',
  },
  unauthorized: { status: 401, code: 'Unauthorized', message: 'Request is not authorized.' },
  localAuthDisabled: {
    status: 401,
    code: 'Denied',
    message: 'This resource refuses access keys (disableLocalAuth). Sign in with Entra ID.',
  },
  invalidBearerToken: {
    status: 401,
    code: 'Denied',
    message: 'The bearer token is not a valid Entra ID access token for this service.',
  },
  notOnList: {
    status: 403,
    code: 'Forbidden',
    message: 'The signed-in application or user does not have the right that this operation asks for.',
  },
  forbidden: {
    status: 403,
    code: 'Forbidden',
    message: "The initiator doesn't have the permission to perform the requested operation.",
  },
  rightWithheld: {
    status: 403,
    code: 'Forbidden',
    message: 'This access key is not allowed to use the privacy operations. Use the other key, or change the setting.',
  },
  notFound: { status: 404, code: 'NotFound', message: 'The requested item does not exist.' },
  unknownRoute: {
    status: 404,
    code: 'NotFound',
    message: 'No operation answers at this path. Compare the path with the list in the OpenAPI document.',
  },
  unknownResource: {
    status: 404,
    code: 'ResourceNotFound',
    message: 'No communication resource answers at this host name.',
  },
  methodNotAllowed: {
    status: 405,
    code: 'MethodNotAllowed',
    message: 'This path exists, but not with this HTTP method.',
  },
  requestTooSlow: {
    status: 408,
    code: 'RequestTimeout',
    message:
      'The request body did not arrive in time: it takes 30 seconds at most, and 4,096 bytes a second at least. Send the request again.',
  },
  bodyTooLarge: {
    status: 413,
    code: 'RequestBodyTooLarge',
    message: 'The request body is larger than this operation accepts.',
  },
  rangeNotSatisfiable: {
    status: 416,
    code: 'InvalidRange',
    message: 'The range begins behind the end of the content; its size stands in Content-Range.',
  },
  unsupportedMediaType: {
    status: 415,
    code: 'UnsupportedMediaType',
    message: 'Send the request body as application/json.',
  },
  processEnds: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'This instance is about to end. Send the request again.',
  },
  unsupportedCoding: {
    status: 415,
    code: 'UnsupportedMediaType',
    message: 'The request body is compressed (content-encoding). Send it as it is.',
  },
  tooManyAtOnce: {
    status: 429,
    code: 'TooManyRequests',
    message: 'Too many requests of this kind are under way at once. Send it again when one of them is answered.',
  },
  busy: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'Too much is under way here at once. Send the request again.',
  },
  tooManyRequests: { status: 429, code: 'TooManyRequests', message: 'Rate limit exceeded.' },
  /** Nobody gets to read it. */
  hungUp: { status: 499, code: 'ClientClosedRequest', message: 'The client has closed the connection.' },
  internalError: {
    status: 500,
    code: 'InternalError',
    message: 'The server failed to handle the request. Quote the x-ms-request-id when you report it.',
  },
  notThereYet: {
    status: 501,
    code: 'NotImplemented',
    message:
      'Azure Communication Services has this operation, but it is not there yet here. docs/operations.md lists what is.',
  },
  signInUnavailable: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'Entra ID does not answer, so bearer tokens cannot be verified now. Try again, or use an access key.',
  },
  serviceUnavailable: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'The server is currently unable to handle the request.',
  },
});
