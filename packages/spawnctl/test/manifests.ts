/** A service of the built-in web server, as YAML. */
export function web(name: string, rest = ''): string {
  return `apiVersion: spawnit.dev/v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  template: web-server\n${rest}`;
}
