package main

import (
	"os"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cobra"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	clientconfig "github.com/cosmos/cosmos-sdk/client/config"
	"github.com/cosmos/cosmos-sdk/client/keys"
	"github.com/cosmos/cosmos-sdk/server"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	genutilcli "github.com/cosmos/cosmos-sdk/x/genutil/client/cli"

	"github.com/commonwatt/commonwatt/chain/app"
)

// rootCommand offers the node itself, the usual genesis flow for several validators, and init-demo for one.
func rootCommand() *cobra.Command {
	// An application in memory knows the codecs and default genesis of every module.
	template := app.New(log.NewNopLogger(), dbm.NewMemDB())
	clientCtx := client.Context{}.WithCodec(template.Codec).WithInterfaceRegistry(template.Registry).
		WithLegacyAmino(template.Amino).WithTxConfig(template.TxConfig).WithInput(os.Stdin).
		WithAccountRetriever(authtypes.AccountRetriever{}).WithHomeDir(defaultHome()).WithViper("COMMONWATTD")

	root := &cobra.Command{
		Use:           app.Name,
		Short:         "Commonwatt chain node: escrow, settlement batches and their roots",
		SilenceUsage:  true,
		SilenceErrors: false,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.OutOrStdout())
			cmd.SetErr(cmd.ErrOrStderr())
			ctx, err := client.ReadPersistentCommandFlags(clientCtx.WithCmdContext(cmd.Context()), cmd.Flags())
			if err != nil {
				return err
			}
			if ctx, err = clientconfig.ReadFromClientConfig(ctx); err != nil {
				return err
			}
			if err := client.SetCmdClientContextHandler(ctx, cmd); err != nil {
				return err
			}
			return server.InterceptConfigsPreRunHandler(cmd, serverconfig.DefaultConfigTemplate, appConfig(), cometConfig())
		},
	}
	root.AddCommand(
		genutilcli.InitCmd(template.Basics, defaultHome()),
		genutilcli.Commands(template.TxConfig, template.Basics, defaultHome()),
		keys.Commands(),
		initDemoCommand(template),
	)
	server.AddCommands(root, defaultHome(), newApp, exportApp, func(*cobra.Command) {})
	return root
}

func newApp(logger log.Logger, db dbm.DB, options servertypes.AppOptions) servertypes.Application {
	return app.New(logger, db, server.DefaultBaseappOptions(options)...)
}

func exportApp(logger log.Logger, db dbm.DB, height int64, _ bool, _ []string, _ servertypes.AppOptions, modules []string) (servertypes.ExportedApp, error) {
	exporting := app.New(logger, db)
	if height != -1 {
		if err := exporting.LoadVersion(height); err != nil {
			return servertypes.ExportedApp{}, err
		}
	}
	return exporting.Export(modules)
}
