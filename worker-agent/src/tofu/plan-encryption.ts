/**
 * tofu's settings by which a saved plan is readable only with this passphrase: it holds every variable and the state, secrets
 * included, and outlives an agent that is killed. States are not touched by it: the apiserver seals them. The passphrase is
 * random, so that few rounds are enough; tofu takes no fewer.
 */
export function planEncryption(passphrase: string): string {
  return `key_provider "pbkdf2" "run" {
  passphrase = "${passphrase}"
  iterations = 200000
}
method "aes_gcm" "run" {
  keys = key_provider.pbkdf2.run
}
plan {
  method   = method.aes_gcm.run
  enforced = true
}`;
}
