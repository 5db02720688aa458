import type { FieldSchema } from '../../forms/schema.js';

const words: FieldSchema = { type: 'array', items: { type: 'string' } } as FieldSchema;

/** What people may declare of any service, for the form; the server has the last word on each field. */
export const settingsSchema: FieldSchema = {
  type: 'object',
  properties: {
    suspend: { type: 'boolean', title: 'Suspended', description: 'Nothing is planned, applied or checked; what runs goes on running.', 'x-group': 'Changes', 'x-order': 1 },
    approval: { enum: ['Auto', 'Manual'], title: 'Approval', description: 'Manual: each plan waits until somebody has approved it.', 'x-group': 'Changes', 'x-order': 2 },
    drift: {
      type: 'object',
      title: 'Drift',
      'x-group': 'Drift',
      properties: {
        policy: { enum: ['Flag', 'Revert', 'Ignore'], title: 'When it differs', description: 'Flag: shown. Revert: made again as declared. Ignore: shown, and the service stays Ready.', 'x-order': 1 },
        intervalSeconds: { type: 'integer', title: 'Checked every', minimum: 1, maximum: 86_400, 'x-unit': 's', 'x-order': 2 },
        ignoreFields: { ...words, title: 'Fields that may differ', description: 'Whole, such as docker_container.this.memory, or the last part, such as memory.', examples: [['memory']], 'x-order': 3 },
      },
    },
    environment: { enum: ['production', 'staging', 'development'], title: 'Environment', 'x-group': 'Place', 'x-order': 1 },
    placement: {
      type: 'object',
      title: 'Placement',
      'x-group': 'Place',
      'x-order': 2,
      properties: {
        nodeSelector: { type: 'object', additionalProperties: { type: 'string' }, title: 'Labels that its node must have', examples: [{ disk: 'ssd' }] },
        tolerations: { type: 'array', title: 'Taints that it tolerates', examples: [[{ key: 'gpu', operator: 'Exists' }]] },
      },
    },
    dependsOn: { ...words, title: 'Services that must be ready first', examples: [['database']], 'x-group': 'Place', 'x-order': 3 },
    labels: { type: 'object', additionalProperties: { type: 'string' }, title: 'Labels', description: 'To find it by.', examples: [{ team: 'shop' }], 'x-group': 'Labels' },
  },
};
