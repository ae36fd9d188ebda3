// What azurerm asks for azurerm_communication_service, azurerm_email_communication_service, its domain, a sender username and
// the association of both, from plan to destroy, with the client library that azurerm is built upon.
package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/hashicorp/go-azure-helpers/lang/pointer"
	"github.com/hashicorp/go-azure-sdk/resource-manager/communication/2023-03-31/communicationservices"
	"github.com/hashicorp/go-azure-sdk/resource-manager/communication/2023-03-31/domains"
	"github.com/hashicorp/go-azure-sdk/resource-manager/communication/2023-03-31/emailservices"
	"github.com/hashicorp/go-azure-sdk/resource-manager/communication/2023-03-31/senderusernames"
	"github.com/hashicorp/go-azure-sdk/sdk/client/resourcemanager"
)

const (
	group  = "story"
	domain = "story.example.com"
	global = "global"
	europe = "Europe"
)

func tellAzurerm(ctx context.Context, told *Told) {
	api, authorizer := readWorld().signIn(ctx)
	services := must(communicationservices.NewCommunicationServicesClientWithBaseURI(api))
	mails := must(emailservices.NewEmailServicesClientWithBaseURI(api))
	places := must(domains.NewDomainsClientWithBaseURI(api))
	senders := must(senderusernames.NewSenderUsernamesClientWithBaseURI(api))
	for _, client := range []*resourcemanager.Client{services.Client, mails.Client, places.Client, senders.Client} {
		client.Authorizer = authorizer
		client.AppendRequestMiddleware(told.see)
	}
	subscription := uuid()
	service := communicationservices.NewCommunicationServiceID(subscription, group, "story-"+uuid()[:8])
	post := emailservices.NewEmailServiceID(subscription, group, "post-"+uuid()[:8])
	place := domains.NewDomainID(subscription, group, post.EmailServiceName, domain)
	sender := senderusernames.NewSenderUsernameID(subscription, group, post.EmailServiceName, domain, "news")

	makeService(ctx, services, service)
	makeMails(ctx, mails, places, senders, post, place, sender)

	// azurerm_communication_service_email_domain_association reads, adds and writes all of it again.
	found := must(services.Get(ctx, service)).Model
	linked := []string{place.ID()}
	change := communicationservices.CommunicationServiceResourceUpdate{
		Properties: &communicationservices.CommunicationServiceUpdateProperties{LinkedDomains: &linked},
	}
	must(services.Update(ctx, service, change))
	found = must(services.Get(ctx, service)).Model
	check(len(*found.Properties.LinkedDomains) == 1, "the domain is linked")

	// A change of tags is the whole resource as it was read, put again.
	found.Tags = &map[string]string{"a": "c"}
	done(services.CreateOrUpdateThenPoll(ctx, service, *found))
	found = must(services.Get(ctx, service)).Model
	check((*found.Tags)["a"] == "c", "the tag is another")
	check(len(*found.Properties.LinkedDomains) == 1, "the domain is still linked")

	change.Properties.LinkedDomains = &[]string{}
	must(services.Update(ctx, service, change))
	must(senders.Delete(ctx, sender))
	done(places.DeleteThenPoll(ctx, place))
	done(mails.DeleteThenPoll(ctx, post))
	done(services.DeleteThenPoll(ctx, service))
	after, err := services.Get(ctx, service)
	gone(after.HttpResponse, err)
}

func makeService(
	ctx context.Context,
	services *communicationservices.CommunicationServicesClient,
	service communicationservices.CommunicationServiceId,
) {
	before, err := services.Get(ctx, service)
	gone(before.HttpResponse, err)
	done(services.CreateOrUpdateThenPoll(ctx, service, communicationservices.CommunicationServiceResource{
		Location:   global,
		Properties: &communicationservices.CommunicationServiceProperties{DataLocation: europe},
		Tags:       &map[string]string{"a": "b"},
	}))
	found := must(services.Get(ctx, service)).Model
	check(found.Properties.DataLocation == europe, "it lies in Europe")
	check(pointer.From(found.Properties.HostName) != "", "it has a host name")
	check((*found.Tags)["a"] == "b", "it is tagged")
	id := must(communicationservices.ParseCommunicationServiceID(*found.Id))
	check(id.CommunicationServiceName == service.CommunicationServiceName, "its id can be read again")
	keys := must(services.ListKeys(ctx, service)).Model
	check(pointer.From(keys.PrimaryConnectionString) != "" && pointer.From(keys.SecondaryKey) != "", "it has keys")
}

func makeMails(
	ctx context.Context,
	mails *emailservices.EmailServicesClient,
	places *domains.DomainsClient,
	senders *senderusernames.SenderUsernamesClient,
	post emailservices.EmailServiceId,
	place domains.DomainId,
	sender senderusernames.SenderUsernameId,
) {
	missing, err := mails.Get(ctx, post)
	gone(missing.HttpResponse, err)
	done(mails.CreateOrUpdateThenPoll(ctx, post, emailservices.EmailServiceResource{
		Location:   global,
		Properties: &emailservices.EmailServiceProperties{DataLocation: europe},
	}))
	check(must(mails.Get(ctx, post)).Model.Properties.DataLocation == europe, "mails lie in Europe")

	nowhere, err := places.Get(ctx, place)
	gone(nowhere.HttpResponse, err)
	tracking := domains.UserEngagementTrackingDisabled
	done(places.CreateOrUpdateThenPoll(ctx, place, domains.DomainResource{
		Location: global,
		Properties: &domains.DomainProperties{
			DomainManagement:       domains.DomainManagementCustomerManaged,
			UserEngagementTracking: &tracking,
		},
	}))
	made := must(places.Get(ctx, place)).Model.Properties
	check(made.DomainManagement == domains.DomainManagementCustomerManaged, "its customer manages the domain")
	check(made.VerificationRecords != nil && made.VerificationRecords.Domain != nil, "it says what to write into the DNS")

	nobody, err := senders.Get(ctx, sender)
	gone(nobody.HttpResponse, err)
	must(senders.CreateOrUpdate(ctx, sender, senderusernames.SenderUsernameResource{
		Properties: &senderusernames.SenderUsernameProperties{Username: "news", DisplayName: pointer.To("News")},
	}))
	check(pointer.From(must(senders.Get(ctx, sender)).Model.Properties.DisplayName) == "News", "the sender has a name")
}

func uuid() string {
	bytes := make([]byte, 16)
	must(rand.Read(bytes))
	bytes[6], bytes[8] = bytes[6]&0x0f|0x40, bytes[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", bytes[:4], bytes[4:6], bytes[6:8], bytes[8:10], bytes[10:])
}
