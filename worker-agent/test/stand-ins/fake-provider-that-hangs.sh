#!/bin/sh
# Stands in for a provider that never says where it listens.
exec sleep 600
