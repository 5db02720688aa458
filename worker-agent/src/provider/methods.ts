/**
 * What each call of the provider protocol means for a plan. `constant`: the same for a binary at all times; `pure`: hangs on the
 * request and the provider's configuration alone; `read`: tells of the real world; `other`: allowed, but what it answers is
 * not known to be repeatable. All that is not listed is refused: a plan has no use for it, or we don't know it.
 * Source: tfplugin5 and tfplugin6 of OpenTofu.
 */
export type CallClass = 'constant' | 'pure' | 'configure' | 'read' | 'stop' | 'other';

const classes: Record<CallClass, string[]> = {
  constant: ['GetMetadata', 'GetSchema', 'GetProviderSchema', 'GetResourceIdentitySchemas', 'GetFunctions'],
  pure: [
    'PrepareProviderConfig',
    'ValidateProviderConfig',
    'ValidateResourceTypeConfig',
    'ValidateResourceConfig',
    'ValidateDataSourceConfig',
    'ValidateDataResourceConfig',
    'UpgradeResourceState',
    'UpgradeResourceIdentity',
    'MoveResourceState',
    'PlanResourceChange',
  ],
  configure: ['Configure', 'ConfigureProvider'],
  read: ['ReadResource', 'ReadDataSource'],
  stop: ['Stop', 'StopProvider'],
  other: ['ImportResourceState', 'CallFunction', 'ValidateEphemeralResourceConfig', 'OpenEphemeralResource', 'RenewEphemeralResource', 'CloseEphemeralResource'],
};
const byMethod = new Map(Object.entries(classes).flatMap(([of, methods]) => methods.map((method) => [method, of as CallClass] as const)));

/** Undefined for what is refused. */
export function classOf(method: string): CallClass | undefined {
  return byMethod.get(method);
}
