/** What people type who come from elsewhere, and what does it here: nearer than any word that is spelt alike. */
const elsewhere: Record<string, string> = {
  backup: 'admin backup',
  check: 'drift check',
  deploy: 'apply -f FILE',
  destroy: 'delete',
  exec: '`spawnctl describe` shows addresses; there is no way into a container',
  history: 'rollout history',
  install: 'apply -f FILE',
  list: 'get',
  login: 'auth login',
  ls: 'get',
  pause: 'rollout pause',
  replace: 'apply -f FILE',
  restart: 'rollout restart',
  restore: 'admin restore',
  resume: 'rollout resume',
  revert: 'drift revert',
  rm: 'delete',
  rollback: 'rollout undo',
  run: 'apply -f FILE',
  scale: '`spawnctl explain service.spec.parameters --template NAME` tells what can be set',
  show: 'describe',
  start: 'star up',
  status: 'describe',
  taint: 'cordon',
  undo: 'rollout undo',
  up: 'star up',
  'use-context': 'config use-context',
  whoami: 'auth whoami',
};

export const wordsFromElsewhere = Object.keys(elsewhere);

export function hintFor(word: string): string {
  const hint = elsewhere[word]!;
  return hint.startsWith('`') ? hint : `here it is \`spawnctl ${hint}\``;
}
