import type { Part } from '../../context.js';
import { admitJob } from './job.js';
import { admitNamespace } from './namespace.js';
import { admitService } from './service.js';
import { admitTemplate } from './template.js';

/** The server's own checks, in the order in which they are made. */
export const admissionPart: Part = (_app, { hooks, config }) => {
  hooks.admission.push(admitNamespace, admitTemplate, admitService(config.hostPaths), admitJob);
};
