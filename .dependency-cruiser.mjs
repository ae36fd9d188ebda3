// Who may import whom. Each rule says why, so that the message helps whoever breaks it. Run by `npm run check`.
const ground = 'time|http|geography|data-map|budgets|outgoing|tracing';
const middle = 'storage|auth|announcements|passing|jobs|deliveries|api|diagnostics';
const keepers = 'resources|identity|chat|email|sms|phone-numbers|calling|recording|rooms|events|realtime';
const walkers = 'management|privacy|retention|residency';
/** Every folder of shared/ is in one of them, or the rules would not hold for it. */
export const layers = [ground, middle, keepers, walkers].flatMap((names) => names.split('|'));
const ours = '^(functions|shared|emulator|cli|gateway|deploy)/';

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other, if only for a type, are one idea, or hide a third.',
      severity: 'error',
      from: { path: ours },
      to: { circular: true },
    },
    {
      name: 'shared-is-the-bottom',
      comment: 'The domain knows neither the platform nor the emulator.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|emulator|cli|gateway|infra|console|test|bench)/' },
    },
    {
      name: 'functions-do-not-know-the-emulator',
      comment: 'What Azure runs must not need what only a laptop has.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^(emulator|cli|gateway|test|bench|infra)/' },
    },
    {
      name: 'clients-speak-http',
      comment:
        'The commands work with any resource, deployed ones too: they see what HTTP gives out, and of shared/ only what verifies it, and how identifiers are written.',
      severity: 'error',
      from: { path: '^cli/' },
      to: {
        path: '^(functions|emulator|gateway|deploy|infra|test|bench)/|^shared/',
        pathNot: [
          '^shared/auth/(jws|signing-keys)\\.ts$',
          '^shared/privacy/(receipt-subject|person-id)\\.ts$',
          '^shared/residency/statement\\.ts$',
          '^shared/geography/(catalogue|issuer)\\.ts$',
          '^shared/data-map/identifier\\.ts$',
        ],
      },
    },
    {
      name: 'the-gateway-asks-the-app',
      comment:
        'It keeps nothing and decides nothing: of shared/ it sees time, how requests are signed, how addresses and headers look, the alphabet of texts and the form of numbers.',
      severity: 'error',
      from: { path: '^gateway/' },
      to: {
        path: '^(functions|emulator|cli|deploy|infra|test|bench)/|^shared/',
        pathNot: [
          '^shared/time/',
          '^shared/auth/(webhook-signature|keyed-hash|bounded-cache)\\.ts$',
          '^shared/email/(mail-form|limits|return-path-form)\\.ts$',
          '^shared/sms/(gsm7|number-form)\\.ts$',
        ],
      },
    },
    {
      name: 'only-the-gateway-serves-smtp-and-speaks-smpp',
      comment: 'The function app can neither listen nor keep a connection, and must not carry what it cannot use.',
      severity: 'error',
      from: { path: '^(functions|shared|cli|emulator|deploy)/' },
      to: { path: 'node_modules/(smtp-server|smpp)/' },
    },
    {
      name: 'deploying-stands-alone',
      comment: 'What packs and publishes the app is no part of it, and knows of it only the list of geographies.',
      severity: 'error',
      from: { path: '^deploy/' },
      to: { path: '^(functions|emulator|cli|gateway|infra|test|bench)/|^shared/(?!geography/)' },
    },
    {
      name: 'nothing-needs-deploying',
      comment: 'Packing needs tools of development, which neither the app nor the emulator may need.',
      severity: 'error',
      from: { path: '^(functions|shared|emulator|cli|gateway)/' },
      to: { path: '^deploy/' },
    },
    {
      name: 'only-functions-import-the-functions-library',
      comment: 'The platform is an adapter; the domain runs without it.',
      severity: 'error',
      from: { pathNot: '^(functions|test|bench)/' },
      to: { path: 'node_modules/@azure/functions/' },
    },
    {
      name: 'only-the-platform-registers',
      comment: 'A service is a value; what becomes of it at the platform stands in functions/platform and main.ts.',
      severity: 'error',
      from: { path: '^functions/', pathNot: '^functions/(platform/|main\\.ts)' },
      to: { path: 'node_modules/@azure/functions/' },
    },
    {
      name: 'azure-sdks-behind-ports',
      comment: 'Only storage, events, diagnostics, live notifications and the foundation know Azure SDKs.',
      severity: 'error',
      from: {
        path: '^(shared|functions)/',
        pathNot: '^(shared/(storage|events|diagnostics|realtime)/|functions/foundation\\.ts)',
      },
      to: { path: 'node_modules/@azure/(?!functions/)' },
    },
    {
      name: 'the-ground-stands-on-itself',
      comment: `${ground.replaceAll('|', ', ')} import nothing but each other.`,
      severity: 'error',
      from: { path: `^shared/(${ground})/` },
      to: { path: '^shared/', pathNot: `^shared/(${ground})/` },
    },
    {
      name: 'the-middle-knows-no-capability',
      comment: 'What serves every capability knows none.',
      severity: 'error',
      from: { path: `^shared/(${middle})/` },
      to: { path: `^shared/(${keepers}|${walkers})/` },
    },
    {
      name: 'walkers-know-no-keeper',
      comment: 'They go through the data map; a resource is the one noun that they share with keepers.',
      severity: 'error',
      from: { path: `^shared/(${walkers})/` },
      to: { path: `^shared/(${keepers})/`, pathNot: '^shared/resources/' },
    },
    {
      name: 'parts-through-their-index',
      comment: 'What a part gives to others stands in its index.ts; its inside may change freely.',
      severity: 'error',
      from: { path: `^shared/(${keepers}|${walkers}|${middle})/` },
      to: { path: `^shared/(${keepers}|${walkers}|${middle})/`, pathNot: ['^shared/$1/', '/index\\.ts$'] },
    },
    {
      name: 'functions-use-the-front-doors',
      comment: 'Services reach the domain through the index of each part.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^shared/', pathNot: ['/index\\.ts$', '^shared/time/'] },
    },
    {
      name: 'thread-ids-are-taken-apart-in-two-files',
      comment:
        'An id that was made elsewhere can look like one of ours; whether it is the id of a thread says its state.',
      severity: 'error',
      from: { path: ours, pathNot: '^shared/chat/(thread-id|message-id)\\.ts$' },
      to: { path: '^shared/chat/thread-id-form\\.ts$' },
    },
    {
      name: 'raw-ids-are-taken-apart-by-identity',
      comment: 'Whether an identity is a resource’s own is answered by the door of shared/identity; ids are opaque.',
      severity: 'error',
      from: { path: ours, pathNot: '^shared/identity/' },
      to: { path: '^shared/identity/raw-id\\.ts$' },
    },
    {
      name: 'services-know-no-other-inside',
      comment: 'What crosses from one service to another goes through wire/, or the parts of its capability.ts.',
      severity: 'error',
      from: { path: '^functions/([a-z-]+)/' },
      to: {
        path: '^functions/([a-z-]+)/',
        pathNot: ['^functions/$1/', '^functions/wire/', '/capability\\.ts$'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
