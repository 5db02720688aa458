/** The one thing the testkit needs of a tap test: to be told when it is over. */
export interface Teardown {
  teardown(release: () => unknown): void;
}
