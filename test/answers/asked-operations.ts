// Which operation a request over HTTP was answered by, so that what it answers can be held against what it declares.
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { methodsOf } from '../../functions/platform/methods.js';
import { RouteList } from '../../functions/platform/route-list.js';
import type { Operation } from '../../shared/api/index.js';
import { composeForReading } from '../house/composed-app.js';
import { holdAgainst } from './hold-against.js';

let routes: Promise<RouteList<Operation>> | undefined;

async function registered(): Promise<RouteList<Operation>> {
  const { operations, storage } = await composeForReading();
  await storage.close();
  return new RouteList(operations);
}

/** Undefined where no operation is asked, such as the health of an app. */
async function operationAt(method: string, url: string): Promise<Operation | undefined> {
  routes ??= registered();
  const { pathname } = new URL(url);
  const found = (await routes).at(pathname).filter((each) => methodsOf(each.method).some((one) => one === method));
  const params = ({ path }: Operation) => path.split('{').length;
  return found.toSorted((one, other) => params(one) - params(other))[0];
}

/** Holds the answer of `fetch` against what was asked. The response can still be read. */
export async function holdResponse(method: string, url: string, response: Response): Promise<void> {
  const { status, headers } = response;
  const operation = method === 'HEAD' || status >= 400 ? undefined : await operationAt(method, url);
  if (operation !== undefined) {
    const isDownload = (headers.get('content-type') ?? 'application/json').startsWith('application/json') === false;
    const content = isDownload ? '' : await response.clone().text();
    holdAgainst(operation, { status, header: (name) => headers.get(name), content });
  }
}

/** The same for the official clients, as an additional policy. */
export const holdAnswers: PipelinePolicy = {
  name: 'holdAnswers',
  sendRequest: async (request, next) => {
    const response = await next(request);
    const { method, url } = request;
    const operation = response.status >= 400 ? undefined : await operationAt(method, url);
    if (operation !== undefined) {
      const { status, headers, bodyAsText } = response;
      holdAgainst(operation, { status, header: (name) => headers.get(name), content: bodyAsText ?? '' });
    }
    return response;
  },
};
