import { defaultsOf, secretParameters, type ParameterSchema, type Revision, type Service } from '@spawnit/contract';

export interface Variables {
  plain: Record<string, unknown>;
  /** Names of those whose value is sealed: who ejects must give them. */
  secret: string[];
}

/** What the last apply was run with: the template's defaults of then, under what was declared, under what came from other services. */
export function variablesOf(schema: ParameterSchema, revision: Revision, service: Service): Variables {
  const { parameters, parametersFrom = [] } = revision.spec.serviceSpec;
  const inputs = service.status?.applied?.inputs ?? {};
  const all: Record<string, unknown> = { ...(revision.spec.defaults ?? defaultsOf(schema)), ...parameters, ...inputs };
  const hidden = secretParameters(schema);
  const isSecret = (name: string) => hidden.includes(name) || isSealed(all[name]);
  const fromElsewhere = parametersFrom.map(({ parameter }) => parameter).filter((name) => !(name in inputs));
  const given = Object.keys(all).filter((name) => all[name] !== null && all[name] !== undefined);
  return {
    plain: Object.fromEntries(given.filter((name) => !isSecret(name)).map((name) => [name, all[name]])),
    secret: [...new Set([...given.filter(isSecret), ...fromElsewhere])].sort(),
  };
}

function isSealed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 1 && '$sealed' in value;
}

/** The cluster that the labels in a state name, for the same labels must be asked for again; undefined when it has none. */
export function clusterIn(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const map = state as Record<string, unknown>;
  if (map['label'] === clusterLabel && typeof map['value'] === 'string') return map['value'];
  if (typeof map[clusterLabel] === 'string') return map[clusterLabel];
  for (const value of Object.values(map)) {
    const found = clusterIn(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

const clusterLabel = 'spawnit.dev/cluster';
