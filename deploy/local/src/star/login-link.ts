/** An address that signs a browser in once. The code stands behind the #, which browsers keep to themselves: no server's log has it. */
export async function loginLink(server: string, token: string): Promise<string> {
  const answer = await fetch(`${server}/session/codes`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`no link for signing in was given: ${await answer.text()}`);
  const { code } = (await answer.json()) as { code: string };
  return `${server}/ui/#code=${code}`;
}
