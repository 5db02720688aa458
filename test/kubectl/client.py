"""What a program on Kubernetes' own Python library does: it is given a kubeconfig and told nothing of SpawnIt."""
import sys
from kubernetes import client, config, dynamic, watch

config.load_kube_config(sys.argv[1])
api = dynamic.DynamicClient(client.ApiClient())
services = api.resources.get(api_version="spawnit.dev/v1", kind="Service")

def manifest(name, **spec):
    return {"apiVersion": "spawnit.dev/v1", "kind": "Service", "metadata": {"name": name}, "spec": {"template": "docker-network", **spec}}

made = services.create(namespace="default", body=manifest("py"))
print("made", made.metadata.name, made.spec.suspend)
services.patch(namespace="default", name="py", body={"spec": {"suspend": True}}, content_type="application/merge-patch+json")
print("patched", services.get(namespace="default", name="py").spec.suspend)
applied = services.server_side_apply(namespace="default", body=manifest("py", environment="staging"), name="py", field_manager="script")
print("applied", applied.spec.environment)
try:
    services.server_side_apply(namespace="default", body=manifest("py", environment="production"), name="py", field_manager="another")
except dynamic.exceptions.ConflictError as error:
    print("conflict", error.status)
for event in services.watch(namespace="default", timeout=20):
    print("watched", event["type"], event["object"].metadata.name)
    break
custom = client.CustomObjectsApi()
page = custom.list_namespaced_custom_object("spawnit.dev", "v1", "default", "services", limit=1)
print("listed", len(page["items"]))
namespaces = client.CoreV1Api().list_namespace()
print("typed", [n.metadata.name for n in namespaces.items])
answer = client.AuthorizationV1Api().create_self_subject_access_review(client.V1SelfSubjectAccessReview(spec=client.V1SelfSubjectAccessReviewSpec(resource_attributes=client.V1ResourceAttributes(group="spawnit.dev", resource="services", verb="create"))))
print("may", answer.status.allowed)
