package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/commonwatt/commonwatt/chain/app"
	"github.com/commonwatt/commonwatt/chain/testkit"
)

const approver = "0101010101010101010101010101010101010101010101010101010101010101"

func fileWith(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "community.json")
	text = strings.ReplaceAll(text, "TREASURER", testkit.Address("treasurer").String())
	require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(text, "APPROVER", approver)), 0o600))
	return path
}

func TestCommunityFile(t *testing.T) {
	file, err := readCommunityFile(fileWith(t, `{"communities":[{"id":"a","treasurer":"TREASURER","approvers":["APPROVER"],"threshold":1}]}`))
	require.NoError(t, err)
	state, err := file.genesis()
	require.NoError(t, err)
	require.EqualValues(t, sevenDays, state.Communities[0].DisputeWindowSeconds)
}

func TestCommunityFileRefusals(t *testing.T) {
	for name, text := range map[string]string{
		"misspelt field": `{"communities":[{"id":"a","treasurer":"TREASURER","approvers":["APPROVER"],"treshold":1}]}`,
		"no community":   `{"communities":[]}`,
		"threshold":      `{"communities":[{"id":"a","treasurer":"TREASURER","approvers":["APPROVER"],"threshold":2}]}`,
		"approver":       `{"communities":[{"id":"a","treasurer":"TREASURER","approvers":["xyz"],"threshold":1}]}`,
		"treasurer":      `{"communities":[{"id":"a","treasurer":"watt1","approvers":["APPROVER"],"threshold":1}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			file, err := readCommunityFile(fileWith(t, text))
			if err == nil {
				_, err = file.genesis()
			}
			require.Error(t, err)
		})
	}
}

func TestInitDemoNeverOverwritesAChain(t *testing.T) {
	d := demo{
		home: t.TempDir(), chainID: testkit.ChainID, moniker: "one", rpcPort: 1, p2pPort: 2, grpcPort: 3,
		communityFile: fileWith(t, `{"communities":[{"id":"a","treasurer":"TREASURER","approvers":["APPROVER"],"threshold":1}]}`),
	}
	template := app.New(log.NewNopLogger(), dbm.NewMemDB())
	require.NoError(t, d.write(template))
	require.ErrorContains(t, d.write(template), "is there already")
}
