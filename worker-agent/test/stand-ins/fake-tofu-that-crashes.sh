#!/bin/sh
# Stands in for a tofu that crashes as Go programs do.
if [ "$1" = version ]; then echo '{"terraform_version": "0.0.0-crashes"}'; exit 0; fi
echo 'panic: runtime error: invalid memory address' >&2
exit 2
