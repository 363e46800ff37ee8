// Copyright (c) The Jaeger Authors, changed for Vigil.
// SPDX-License-Identifier: Apache-2.0

// Stands in for github.com/jaegertracing/jaeger@v1.76.0/cmd/jaeger/main.go, without the command that prints Elasticsearch mappings.
package main

import (
	"log"

	"github.com/spf13/viper"

	"github.com/jaegertracing/jaeger/cmd/jaeger/internal"
	"github.com/jaegertracing/jaeger/internal/config"
	"github.com/jaegertracing/jaeger/internal/version"
)

func main() {
	command := internal.Command()
	command.AddCommand(version.Command())
	config.AddFlags(viper.New(), command)
	if err := command.Execute(); err != nil {
		log.Fatal(err)
	}
}
