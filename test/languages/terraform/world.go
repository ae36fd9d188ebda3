// The emulator that runs, and the ways of azurerm to it: where to sign in is read from the metadata document.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/hashicorp/go-azure-sdk/sdk/auth"
	"github.com/hashicorp/go-azure-sdk/sdk/environments"
)

type World struct {
	Management string `json:"management"`
	Entra      struct {
		TenantID     string `json:"tenantId"`
		ClientID     string `json:"clientId"`
		ClientSecret string `json:"clientSecret"`
	} `json:"entra"`
}

func readWorld() (world World) {
	text := must(os.ReadFile(os.Getenv("DOMICILE_READY_FILE")))
	check(json.Unmarshal(text, &world) == nil, "the ready file is JSON")
	return world
}

// signIn does what azurerm's `client_id`, `client_secret`, `tenant_id` and `metadata_host` do.
func (world World) signIn(ctx context.Context) (environments.Api, auth.Authorizer) {
	cloud := must(environments.FromEndpoint(ctx, world.Management))
	authorizer := must(auth.NewAuthorizerFromCredentials(ctx, auth.Credentials{
		Environment:                           *cloud,
		TenantID:                              world.Entra.TenantID,
		ClientID:                              world.Entra.ClientID,
		ClientSecret:                          world.Entra.ClientSecret,
		EnableAuthenticatingUsingClientSecret: true,
	}, cloud.ResourceManager))
	return cloud.ResourceManager, authorizer
}
