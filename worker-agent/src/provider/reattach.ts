/** A provider's process as tofu is told of it. */
export interface Attachable {
  /** As in a lock file: `registry.opentofu.org/kreuzwerker/docker`. */
  address: string;
  pid: number;
  /** The Unix socket that it serves. */
  socket: string;
  /** 5 or 6. */
  protocol: number;
}

/** What makes tofu come to these instead of starting its own. Source: OpenTofu's TF_REATTACH_PROVIDERS; `Test` tells it to leave the process alone. */
export function reattachEnvironment(providers: readonly Attachable[]): Record<string, string> {
  if (providers.length === 0) return {};
  const entries = providers.map(({ address, pid, socket, protocol }) => [address, { Protocol: 'grpc', ProtocolVersion: protocol, Pid: pid, Test: true, Addr: { Network: 'unix', String: socket } }]);
  return { TF_REATTACH_PROVIDERS: JSON.stringify(Object.fromEntries(entries)) };
}
