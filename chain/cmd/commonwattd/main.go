// Command commonwattd runs a node of the cooperative's own chain.
package main

import (
	"os"

	servercmd "github.com/cosmos/cosmos-sdk/server/cmd"

	"github.com/commonwatt/commonwatt/chain/app"
)

func main() {
	if err := servercmd.Execute(rootCommand(), "COMMONWATTD", defaultHome()); err != nil {
		os.Exit(1)
	}
}

func defaultHome() string {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "."
	}
	return home + "/." + app.Name
}
