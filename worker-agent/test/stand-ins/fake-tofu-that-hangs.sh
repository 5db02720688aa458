#!/bin/sh
# Stands in for a tofu that does not end when asked, with a provider of its own: a child in the background.
if [ "$1" = version ]; then echo '{"terraform_version": "0.0.0-hangs"}'; exit 0; fi
trap 'echo "asked to end"' TERM
sleep 1000 &
echo "hanging"
while :; do wait; done
