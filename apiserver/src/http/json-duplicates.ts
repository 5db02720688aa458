import { joinPath } from '@spawnit/contract';

/** The path of each member that an object of this text has again; the text must be JSON that was read without a fault. */
export function* duplicatesInJson(text: string): Generator<string> {
  const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;
  const open: Level[] = [];
  let lastText = '';
  for (let [token] = tokens.exec(text) ?? []; token !== undefined; [token] = tokens.exec(text) ?? []) {
    const level = open.at(-1);
    if (token === '{') open.push({ names: new Set(), part: '' });
    else if (token === '[') open.push({ part: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',') next(level!);
    else if (token !== ':') lastText = token;
    else if (isAgain(level!, JSON.parse(lastText) as string)) yield joinPath('', open.map(({ part }) => part));
  }
}

/** An object or a list that has begun and not ended. */
interface Level {
  /** Of an object: the members that it has so far. */
  names?: Set<string>;
  part: string | number;
}

function next(level: Level): void {
  if (typeof level.part === 'number') level.part++;
}

function isAgain(level: Level, name: string): boolean {
  level.part = name;
  if (level.names!.has(name)) return true;
  level.names!.add(name);
  return false;
}
