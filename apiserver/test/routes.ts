export interface Route {
  method: string;
  /** As the router has it, with `:parameters`. */
  path: string;
}

/** Of the lines of fastify's tree: each names what it adds to the path of the line that it hangs on. */
export function routesOf(printed: string): Route[] {
  const above: string[] = [];
  return printed.split('\n').flatMap((line) => {
    const [, indent, part, methods] = /^([\s│]*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line) ?? [];
    if (indent === undefined) return [];
    const depth = indent.length / 4;
    above.splice(depth, Infinity, part!);
    return (methods ?? '').split(', ').filter((method) => method !== '').map((method) => ({ method, path: plain(above.join('')) }));
  });
}

/** Where routes differ only in what they call a parameter, it has both names. */
function plain(path: string): string {
  return path.replace(/:name\|:namespace(?=\/(?!status))/, ':namespace').replace(/:name\|:namespace/, ':name');
}
