/** What people were told to be accepted of one name. */
export interface Declared {
  kind: 'container' | 'volume';
  /** Stands on the container as a label; without meaning for volumes. */
  text: string;
  /** Deleted, or never made. */
  gone: boolean;
}
