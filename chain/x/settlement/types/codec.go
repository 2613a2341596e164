package types

import (
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
)

// RegisterInterfaces lets transactions carry our messages.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil), &MsgMint{}, &MsgBurn{}, &MsgSettleBatch{}, &MsgRegisterCommunity{})
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}
