// Who may import whom. Each rule says why, so that the message helps whoever breaks it. Run by `npm run check`.
const capabilities =
  'resources|identity|chat|email|sms|phone-numbers|calling|recording|rooms|events|diagnostics|realtime|privacy|residency|retention';

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one idea, or hide a third.',
      severity: 'error',
      from: { path: '^(functions|shared|cli|emulator|deploy)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'shared-is-the-bottom',
      comment: 'The domain knows neither the platform nor the emulator.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|cli|emulator|infra|console|test|bench)/' },
    },
    {
      name: 'functions-do-not-know-the-emulator',
      comment: 'What Azure runs must not need what only a laptop has.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^(cli|emulator|test|bench|infra)/' },
    },
    {
      name: 'clients-speak-http',
      comment:
        'The commands work with any resource, deployed ones too: they see what HTTP gives out, and of shared/ only what verifies it.',
      severity: 'error',
      from: { path: '^cli/' },
      to: {
        path: '^(functions|emulator|deploy|infra|test|bench)/|^shared/',
        pathNot: [
          '^shared/auth/(jws|signing-keys)\\.ts$',
          '^shared/privacy/(receipt-subject|person-id)\\.ts$',
          '^shared/residency/statement\\.ts$',
        ],
      },
    },
    {
      name: 'deploying-stands-alone',
      comment: 'What packs and publishes the app is no part of it, and knows of it only the list of geographies.',
      severity: 'error',
      from: { path: '^deploy/' },
      to: { path: '^(functions|cli|emulator|infra|test|bench)/|^shared/(?!geography/)' },
    },
    {
      name: 'nothing-needs-deploying',
      comment: 'Packing needs tools of development, which neither the app nor the emulator may need.',
      severity: 'error',
      from: { path: '^(functions|shared|cli|emulator)/' },
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
      name: 'azure-sdks-behind-ports',
      comment: 'Only storage, events, diagnostics and the composition know Azure SDKs.',
      severity: 'error',
      from: { path: '^(shared|functions)/', pathNot: '^(shared/(storage|events|diagnostics)/|functions/compose\\.ts)' },
      to: { path: 'node_modules/@azure/(?!functions/)' },
    },
    {
      name: 'capabilities-through-their-index',
      comment: 'What a capability gives to others stands in its index.ts; its inside may change freely.',
      severity: 'error',
      from: { path: `^shared/(${capabilities})/` },
      to: { path: `^shared/(${capabilities})/`, pathNot: ['^shared/$1/', '/index\\.ts$', '/model\\.ts$'] },
    },
    {
      name: 'functions-use-the-front-doors',
      comment: 'Triggers reach the domain through the index of each part.',
      severity: 'error',
      from: { path: '^functions/' },
      to: {
        path: '^shared/',
        pathNot: ['/index\\.ts$', '^shared/time/', '^shared/api/communication-identifier\\.ts$'],
      },
    },
    {
      name: 'foundations-know-no-capability',
      comment: 'api, auth, storage, geography, data-map and time serve every capability and know none.',
      severity: 'error',
      from: { path: '^shared/(api|auth|storage|geography|data-map|time)/' },
      to: { path: `^shared/(${capabilities})/`, pathNot: '/model\\.ts$' },
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
