/** Addresses of the API, as the contract has them. */
const group = '/apis/spawnit.dev/v1';

export const api = {
  stream: `${group}/events-stream`,
  session: '/session',
  demoBreak: (namespace: string, name: string) => `/demo/services/${namespace}/${name}/break`,
  demoNode: (name: string, act: 'kill' | 'start') => `/demo/nodes/${name}/${act}`,
  services: (namespace: string) => `${group}/namespaces/${namespace}/services`,
  service: (namespace: string, name: string) => `${group}/namespaces/${namespace}/services/${name}`,
  action: (namespace: string, name: string, action: string) => `${group}/namespaces/${namespace}/services/${name}/${action}`,
  check: (namespace: string, name: string) => `${group}/namespaces/${namespace}/services/${name}/check`,
  state: (namespace: string, name: string, serial: number | 'current') => `${group}/namespaces/${namespace}/services/${name}/state/${serial}`,
  module: (digest: string) => `${group}/modules/${digest}`,
  revisions: (namespace: string) => `${group}/namespaces/${namespace}/revisions`,
  job: (namespace: string, name: string) => `${group}/namespaces/${namespace}/jobs/${name}`,
  jobLog: (namespace: string, name: string) => `${group}/namespaces/${namespace}/jobs/${name}/log`,
  node: (name: string) => `${group}/nodes/${name}`,
};
