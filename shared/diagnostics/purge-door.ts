// Asks Azure's management to remove rows of the log workspace, and how far it is: the only way by which rows go before
// their time. What is asked names persons; what is looked at afterwards does not.
// https://learn.microsoft.com/rest/api/loganalytics/workspace-purge
import type { TokenCredential } from '@azure/identity';
import { purgeLimitMs } from './log-limits.js';
import { openCredential } from './workspace-credential.js';
import type { WorkspaceCredential, WorkspacePurgeSettings } from './workspace-settings.js';

export interface PurgeBody {
  readonly table: string;
  /** All of them have to hold. */
  readonly filters: readonly {
    readonly column: string;
    readonly operator: '==' | 'in';
    readonly value: string | readonly string[];
  }[];
}

/** `refused`: not as things are now, such as without the role; trying again helps when somebody has mended that. */
export type PurgeAnswer =
  | { readonly kind: 'taken'; readonly path: string }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'notNow'; readonly afterMs: number | undefined };

export interface PurgeDoor {
  ask(body: PurgeBody): Promise<PurgeAnswer>;
  /** @param path what `ask` has given. @returns undefined when that cannot be told now */
  isDone(path: string): Promise<boolean | undefined>;
}

const apiVersion = '2023-09-01';
const statusVersion = '2015-03-20';
const scope = 'https://management.azure.com/.default';

export function openPurgeDoor(settings: WorkspacePurgeSettings, credential: WorkspaceCredential): PurgeDoor {
  const { workspaceId, endpoint } = settings;
  let signer: Promise<TokenCredential> | undefined;
  const call = async (method: 'GET' | 'POST', path: string, body?: PurgeBody) => {
    signer ??= openCredential(credential).catch((error: unknown) => {
      signer = undefined;
      throw error;
    });
    const token = await (await signer).getToken(scope);
    return fetch(new URL(path, endpoint), {
      method,
      redirect: 'error',
      headers: { authorization: `Bearer ${token?.token ?? ''}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(purgeLimitMs),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };
  return {
    async ask(body) {
      try {
        const answer = await call('POST', `${workspaceId}/purge?api-version=${apiVersion}`, body);
        const { status, headers } = answer;
        const { operationId } = (await answer.json().catch(() => ({}))) as { operationId?: unknown };
        if (status === 202 || status === 200) {
          const place = statusPath(headers.get('x-ms-status-location'), endpoint);
          const path = place ?? (typeof operationId === 'string' ? ownPath(workspaceId, operationId) : undefined);
          // Something in between that answers everything has purged nothing.
          return path === undefined ? { kind: 'notNow', afterMs: undefined } : { kind: 'taken', path };
        }
        if (status === 429 || status === 408 || status >= 500) {
          const after = Number(headers.get('retry-after'));
          return { kind: 'notNow', afterMs: after > 0 ? after * 1_000 : undefined };
        }
        return { kind: 'refused', status };
      } catch {
        return { kind: 'notNow', afterMs: undefined };
      }
    },
    async isDone(path) {
      try {
        const answer = await call('GET', path);
        const { status } = (await answer.json().catch(() => ({}))) as { status?: unknown };
        return answer.ok ? String(status).toLowerCase() === 'completed' : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** Only of the service that was asked: the credential goes nowhere else. */
function statusPath(place: string | null, endpoint: string): string | undefined {
  if (place === null || !URL.canParse(place, endpoint)) {
    return undefined;
  }
  const { origin, pathname, search } = new URL(place, endpoint);
  return origin === new URL(endpoint).origin ? pathname + search : undefined;
}

function ownPath(workspaceId: string, operationId: string): string {
  return `${workspaceId}/operations/${encodeURIComponent(operationId)}?api-version=${statusVersion}`;
}
