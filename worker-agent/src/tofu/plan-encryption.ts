const variable = 'SPAWNIT_PLAN_KEY';

/** Hands tofu the key as it is. Source: OpenTofu's protocol of external key providers, which are known since 1.10. */
const hand = `echo '{"magic":"OpenTofu-External-Key-Provider","version":1}'; read -r _; echo "{\\"keys\\":{\\"encryption_key\\":\\"$${variable}\\",\\"decryption_key\\":\\"$${variable}\\"},\\"meta\\":{}}"`;

/**
 * tofu's settings, as environment, by which a saved plan is readable only with this key: it holds every variable and the
 * state, secrets included, and outlives an agent that is killed. States are not touched by it: the apiserver seals them. A key
 * that is random needs no stretching, which would cost each start of tofu a third of a second of CPU, and `show` twice that.
 */
export function planEncryption(key: Buffer): Record<string, string> {
  return {
    [variable]: key.toString('base64'),
    TF_ENCRYPTION: `key_provider "external" "run" {
  command = ["/bin/sh", "-c", ${JSON.stringify(hand)}]
}
method "aes_gcm" "run" {
  keys = key_provider.external.run
}
plan {
  method   = method.aes_gcm.run
  enforced = true
}`,
  };
}
