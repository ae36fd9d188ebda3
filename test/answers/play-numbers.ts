// Every operation of phone numbers and SIP routing, called so that each of its answers is seen.
import { randomUUID } from 'node:crypto';
import { workJobs } from '../privacy/composed-app.js';
import type { Answered, Scene } from './scene.js';

const tollFree = {
  phoneNumberType: 'tollFree',
  assignmentType: 'application',
  capabilities: { calling: 'none', sms: 'inbound+outbound' },
};

export async function playPhoneNumbers({ app, call }: Scene): Promise<void> {
  await app.seed();
  const params = { countryCode: 'US' };
  await call('phone-numbers-list-countries', { query: { maxPageSize: 1 } });
  await call('phone-numbers-list-localities', { params });
  await call('phone-numbers-list-area-codes', { params, query: { phoneNumberType: 'geographic' } });
  await call('phone-numbers-list-offerings', { params });
  const browsed = await call('phone-numbers-browse', { params, body: tollFree });
  const searched = await call('phone-numbers-search', { params, body: { ...tollFree, areaCode: '844', quantity: 2 } });
  const operation = (answer: Answered) => ({ params: { operationId: String(answer.headers['operation-id']) } });
  await call('phone-numbers-get-operation', operation(searched));
  await workJobs(app);
  const searchId = String(searched.headers['search-id']);
  const found = await call('phone-numbers-get-search', { params: { searchId } });
  const purchased = await call('phone-numbers-purchase', { body: { searchId } });
  await call('phone-numbers-cancel-operation', operation(purchased));
  await workJobs(app);
  await call('phone-numbers-purchase', { body: { searchId } });
  await workJobs(app);
  await call('phone-numbers-list', { query: { top: 1 } });
  const number = { params: { phoneNumber: String(found.body.phoneNumbers[0]) } };
  await call('phone-numbers-get', number);
  const body = { calling: 'none', sms: 'outbound' };
  const updated = await call('phone-numbers-update-capabilities', { ...number, body });
  await workJobs(app);
  await call('phone-numbers-get-operation', operation(updated));
  await call('phone-numbers-release', number);
  await workJobs(app);
  const phoneNumbers = browsed.body.phoneNumbers.map(({ phoneNumber }: { phoneNumber: string }) => phoneNumber);
  const options = { includeAdditionalOperatorDetails: true };
  await call('phone-numbers-search-operator-information', { body: { phoneNumbers, options } });
  await playReservations({ app, call }, browsed.body.phoneNumbers);
}

async function playReservations(
  { app, call }: Pick<Scene, 'app' | 'call'>,
  [one, two]: readonly { readonly id: string }[],
): Promise<void> {
  const params = { reservationId: randomUUID() };
  const put = (numbers: Readonly<Record<string, object | null>>) =>
    call('phone-numbers-put-reservation', { params, body: { phoneNumbers: numbers } });
  await put({ [one?.id ?? '']: { ...one } });
  await put({ [two?.id ?? '']: { ...two } });
  await put({ '4366412345678': { ...one } });
  await call('phone-numbers-get-reservation', { params });
  await call('phone-numbers-list-reservations', { query: { maxPageSize: 1 } });
  await call('phone-numbers-purchase-reservation', { params });
  await workJobs(app);
  const other = { params: { reservationId: randomUUID() } };
  await call('phone-numbers-put-reservation', { ...other, body: {} });
  await call('phone-numbers-delete-reservation', other);
}

export async function playSip({ call }: Scene): Promise<void> {
  const routes = [{ name: 'all', description: 'All', numberPattern: '.*', trunks: ['sbc.example.com'] }];
  await call('sip-update-routing', { body: { trunks: { 'sbc.example.com': { sipSignalingPort: 5061 } }, routes } });
  await call('sip-get-routing');
}
