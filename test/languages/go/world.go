// The emulator that runs, from its ready file.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

type World struct {
	Management string `json:"management"`
	Entra      struct {
		AuthorityHost string `json:"authorityHost"`
		TenantID      string `json:"tenantId"`
		ClientID      string `json:"clientId"`
		ClientSecret  string `json:"clientSecret"`
	} `json:"entra"`
}

func readWorld() (world World) {
	text := must(os.ReadFile(os.Getenv("DOMICILE_READY_FILE")))
	check(json.Unmarshal(text, &world) == nil, "the ready file is JSON")
	return world
}

// Cloud tells the SDK where it signs in, and what it manages.
func (world World) Cloud() cloud.Configuration {
	return cloud.Configuration{
		ActiveDirectoryAuthorityHost: world.Entra.AuthorityHost,
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Audience: world.Management, Endpoint: world.Management},
		},
	}
}

func (world World) Principal() azcore.TokenCredential {
	options := &azidentity.ClientSecretCredentialOptions{DisableInstanceDiscovery: true}
	options.Cloud = world.Cloud()
	entra := world.Entra
	return must(azidentity.NewClientSecretCredential(entra.TenantID, entra.ClientID, entra.ClientSecret, options))
}

// createUser asks for a user with a connection string alone, signed as the service's page on authentication says: Go has no
// SDK of identities. https://learn.microsoft.com/azure/communication-services/tutorials/hmac-header-tutorial
func createUser(connectionString string) int {
	parts := map[string]string{}
	for _, part := range strings.Split(connectionString, ";") {
		name, value, _ := strings.Cut(part, "=")
		parts[name] = value
	}
	const path = "/identities?api-version=2023-10-01"
	endpoint := strings.TrimSuffix(parts["endpoint"], "/")
	request := must(http.NewRequest(http.MethodPost, endpoint+path, strings.NewReader("{}")))
	date := time.Now().UTC().Format(http.TimeFormat)
	digest := sha256.Sum256([]byte("{}"))
	content := base64.StdEncoding.EncodeToString(digest[:])
	mac := hmac.New(sha256.New, must(base64.StdEncoding.DecodeString(parts["accesskey"])))
	mac.Write([]byte("POST\n" + path + "\n" + date + ";" + request.URL.Host + ";" + content))
	signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("x-ms-date", date)
	request.Header.Set("x-ms-content-sha256", content)
	request.Header.Set("Authorization", "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="+signature)
	answer := must(http.DefaultClient.Do(request))
	defer answer.Body.Close()
	return answer.StatusCode
}
