import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.tap/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Only a config.ts reads the environment.' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['**/config.ts', 'deploy/local/**', '**/test/**', 'test/**', 'bench/**', 'packages/testkit/**'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['web/src/**'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: [{ name: '@spawnit/contract', allowTypeImports: true, message: 'Types only: its code would bring zod and undici into the page.' }] }] },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', fetch: 'readonly', setTimeout: 'readonly' } } },
);
