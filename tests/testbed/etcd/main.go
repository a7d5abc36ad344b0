// Command etcd is etcd as released: etcd keeps its own main package in a module that replaces the
// others by paths of its checkout, so it cannot be built as a dependency; this can.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
