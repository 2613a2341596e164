package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	sdk "github.com/cosmos/cosmos-sdk/types"

	settlementtypes "github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// communityFile is what a cooperative writes down before its chain exists.
type communityFile struct {
	// Authority may register communities later; without it nobody may.
	Authority string `json:"authority"`
	// Submitters are accounts that may send transactions besides the treasurers.
	Submitters  []string    `json:"submitters"`
	Communities []community `json:"communities"`
}

type community struct {
	ID                   string   `json:"id"`
	Treasurer            string   `json:"treasurer"`
	Approvers            []string `json:"approvers"` // Ed25519 public keys in hexadecimal
	Threshold            uint32   `json:"threshold"`
	DisputeWindowSeconds uint64   `json:"disputeWindowSeconds"`
}

// sevenDays is the dispute window where the file names none.
const sevenDays = 7 * 24 * 3600

func readCommunityFile(path string) (communityFile, error) {
	var file communityFile
	bz, err := os.ReadFile(path)
	if err != nil {
		return file, err
	}
	decoder := json.NewDecoder(bytes.NewReader(bz))
	// A misspelt field must not silently become a default.
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return file, fmt.Errorf("%s: %w", path, err)
	}
	if len(file.Communities) == 0 {
		return file, fmt.Errorf("%s: it names no community", path)
	}
	return file, nil
}

// genesis turns the file into the module's first state, which is validated here rather than at the first start.
func (f communityFile) genesis() (*settlementtypes.GenesisState, error) {
	state := settlementtypes.DefaultGenesis()
	state.Params.Authority = f.Authority
	for _, c := range f.Communities {
		window := c.DisputeWindowSeconds
		if window == 0 {
			window = sevenDays
		}
		registered := settlementtypes.Community{Id: c.ID, Treasurer: c.Treasurer, Threshold: c.Threshold, DisputeWindowSeconds: window}
		for _, text := range c.Approvers {
			key, err := hex.DecodeString(text)
			if err != nil {
				return nil, fmt.Errorf("community %q: approver %q is not hexadecimal", c.ID, text)
			}
			registered.Approvers = append(registered.Approvers, key)
		}
		state.Communities = append(state.Communities, registered)
	}
	return state, state.Validate()
}

// accounts are all addresses that must exist to sign.
func (f communityFile) accounts() ([]sdk.AccAddress, error) {
	texts := append([]string{}, f.Submitters...)
	for _, c := range f.Communities {
		texts = append(texts, c.Treasurer)
	}
	if f.Authority != "" {
		texts = append(texts, f.Authority)
	}
	addresses := make([]sdk.AccAddress, 0, len(texts))
	for _, text := range texts {
		address, err := sdk.AccAddressFromBech32(text)
		if err != nil {
			return nil, fmt.Errorf("address %q: %w", text, err)
		}
		addresses = append(addresses, address)
	}
	return addresses, nil
}
