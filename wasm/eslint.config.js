import js from '@eslint/js';

const readonly = (/** @type {string[]} */ ...names) =>
  Object.fromEntries(names.map((name) => [name, /** @type {const} */ ('readonly')]));

// What browsers and Node have in common; the package uses nothing else.
const shared = readonly(
  'AbortController',
  'AbortSignal',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'WebAssembly',
  'fetch',
);

export default [
  { ignores: ['**/dist/', '**/node_modules/'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: shared },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'default-param-last': 'error',
      eqeqeq: 'error',
      'no-else-return': 'error',
      'no-implicit-coercion': 'error',
      'no-nested-ternary': 'error',
      'no-param-reassign': 'error',
      'no-shadow': 'error',
      'no-throw-literal': 'error',
      'no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['tests/**'],
    languageOptions: {
      globals: readonly('Buffer', 'console', 'performance', 'process', 'setTimeout'),
    },
  },
];
