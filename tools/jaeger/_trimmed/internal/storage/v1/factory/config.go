// Copyright (c) The Jaeger Authors, changed for Vigil.
// SPDX-License-Identifier: Apache-2.0

// Stands in for github.com/jaegertracing/jaeger@v1.76.0/internal/storage/v1/factory/config.go: the stores it names are not
// in this build.
package factory
