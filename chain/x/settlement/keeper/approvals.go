package keeper

import (
	"crypto/ed25519"

	errorsmod "cosmossdk.io/errors"

	"github.com/commonwatt/commonwatt/chain/x/settlement/types"
)

// approved verifies every approval and counts them. One that is not right refuses the whole submission:
// nobody should be able to hide a bad signature behind enough good ones.
func approved(community types.Community, digest []byte, approvals []types.Approval) ([][]byte, error) {
	may := make(map[string]bool, len(community.Approvers))
	for _, key := range community.Approvers {
		may[string(key)] = true
	}
	signed := make(map[string]bool, len(approvals))
	counted := make([][]byte, 0, len(approvals))
	for i := range approvals {
		key := approvals[i].ApproverPublicKey
		if !may[string(key)] {
			return nil, errorsmod.Wrapf(types.ErrNotApprover, "%x of %q", key, community.Id)
		}
		if signed[string(key)] {
			return nil, errorsmod.Wrapf(types.ErrDuplicateApproval, "%x", key)
		}
		if !ed25519.Verify(key, digest, approvals[i].Signature) {
			return nil, errorsmod.Wrapf(types.ErrApprovalSignature, "of %x over %x", key, digest)
		}
		signed[string(key)] = true
		counted = append(counted, key)
	}
	if len(counted) < int(community.Threshold) {
		return nil, errorsmod.Wrapf(types.ErrThresholdNotReached, "%d of %d", len(counted), community.Threshold)
	}
	return counted, nil
}
