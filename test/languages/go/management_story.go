// The story of management.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	sdk "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/communication/armcommunication/v2"
)

const (
	group  = "story"
	domain = "story.example.com"
	global = "global"
	europe = "Europe"
)

type Tags = map[string]*string

var always = context.Background()

type parts struct {
	services  *sdk.ServicesClient
	mails     *sdk.EmailServicesClient
	domains   *sdk.DomainsClient
	senders   *sdk.SenderUsernamesClient
	lists     *sdk.SuppressionListsClient
	addresses *sdk.SuppressionListAddressesClient
	logins    *sdk.SMTPUsernamesClient
}

func tellManagement(told *Told) {
	world := readWorld()
	options := &arm.ClientOptions{}
	options.Cloud = world.Cloud()
	options.PerCallPolicies = []policy.Policy{told}
	factory := must(sdk.NewClientFactory(uuid(), world.Principal(), options))
	all := parts{
		factory.NewServicesClient(),
		factory.NewEmailServicesClient(),
		factory.NewDomainsClient(),
		factory.NewSenderUsernamesClient(),
		factory.NewSuppressionListsClient(),
		factory.NewSuppressionListAddressesClient(),
		factory.NewSMTPUsernamesClient(),
	}
	operations := factory.NewOperationsClient()

	service := tellService(all.services)
	tellMails(world, all, service)
	names := namesOf(operations.NewListPager(nil), func(page sdk.OperationsClientListResponse) []*sdk.Operation {
		return page.Value
	}, func(each *sdk.Operation) *string { return each.Name })
	const read = "Microsoft.Communication/CommunicationServices/read"
	check(strings.Contains(strings.ToLower(strings.Join(names, " ")), strings.ToLower(read)), "the operations are listed")
	done(all.services.BeginDelete(always, group, service, nil))
	refuse(404)(all.services.Get(always, group, service, nil))

	uncalled := told.Uncalled(
		all.services, all.mails, all.domains, all.senders, all.lists, all.addresses, all.logins, operations)
	check(len(uncalled) == 0, fmt.Sprintf("Nobody called %s.", strings.Join(uncalled, ", ")))
}

func tellService(services *sdk.ServicesClient) string {
	name := "story-" + uuid()[:8]
	asked := sdk.NameAvailabilityParameters{Name: &name, Type: to.Ptr("Microsoft.Communication/CommunicationServices")}
	check(*must(services.CheckNameAvailability(always, asked, nil)).NameAvailable, "the name is free")
	made := sdk.ServiceResource{
		Location:   to.Ptr(global),
		Properties: &sdk.ServiceProperties{DataLocation: to.Ptr(europe)},
	}
	done(services.BeginCreateOrUpdate(always, group, name, made, nil))
	check(!*must(services.CheckNameAvailability(always, asked, nil)).NameAvailable, "the name is taken")
	check(*must(services.Get(always, group, name, nil)).Properties.DataLocation == europe, "it lies in Europe")
	tagged := must(services.Update(always, group, name, sdk.ServiceResourceUpdate{Tags: Tags{"a": to.Ptr("b")}}, nil))
	check(*tagged.Tags["a"] == "b", "it is tagged")
	nameOf := func(each *sdk.ServiceResource) *string { return each.Name }
	same(name, namesOf(services.NewListByResourceGroupPager(group, nil),
		func(page sdk.ServicesClientListByResourceGroupResponse) []*sdk.ServiceResource { return page.Value }, nameOf))
	same(name, namesOf(services.NewListBySubscriptionPager(nil),
		func(page sdk.ServicesClientListBySubscriptionResponse) []*sdk.ServiceResource { return page.Value }, nameOf))
	before := must(services.ListKeys(always, group, name, nil))
	which := sdk.RegenerateKeyParameters{KeyType: to.Ptr(sdk.KeyTypeSecondary)}
	after := must(services.RegenerateKey(always, group, name, which, nil))
	check(*after.PrimaryKey == *before.PrimaryKey, "the primary key stays")
	check(*after.SecondaryKey != *before.SecondaryKey, "the secondary key is another")
	check(createUser(*after.SecondaryConnectionString) == http.StatusCreated, "the new key is good")
	check(createUser(*before.SecondaryConnectionString) == http.StatusUnauthorized, "the old key is not")
	hub := &sdk.ServicesClientLinkNotificationHubOptions{LinkNotificationHubParameters: &sdk.LinkNotificationHubParameters{
		ResourceID: to.Ptr("/subscriptions/none"), ConnectionString: to.Ptr("none"),
	}}
	refuse(501)(services.LinkNotificationHub(always, group, name, hub))
	return name
}

func tellMails(world World, all parts, service string) {
	post := "post-" + uuid()[:8]
	placed := sdk.EmailServiceResource{
		Location:   to.Ptr(global),
		Properties: &sdk.EmailServiceProperties{DataLocation: to.Ptr(europe)},
	}
	done(all.mails.BeginCreateOrUpdate(always, group, post, placed, nil))
	tags := sdk.EmailServiceResourceUpdate{Tags: Tags{"a": to.Ptr("b")}}
	check(*done(all.mails.BeginUpdate(always, group, post, tags, nil)).Tags["a"] == "b", "it is tagged")
	check(*must(all.mails.Get(always, group, post, nil)).Properties.DataLocation == europe, "it lies in Europe")
	nameOf := func(each *sdk.EmailServiceResource) *string { return each.Name }
	same(post, namesOf(all.mails.NewListByResourceGroupPager(group, nil),
		func(page sdk.EmailServicesClientListByResourceGroupResponse) []*sdk.EmailServiceResource {
			return page.Value
		}, nameOf))
	same(post, namesOf(all.mails.NewListBySubscriptionPager(nil),
		func(page sdk.EmailServicesClientListBySubscriptionResponse) []*sdk.EmailServiceResource {
			return page.Value
		}, nameOf))
	check(len(must(all.mails.ListVerifiedExchangeOnlineDomains(always, nil)).StringArray) == 0, "no Exchange Online")

	made := tellDomain(all, post)
	tellAddresses(all, post)

	domains := func(ids ...*string) sdk.ServiceResourceUpdate {
		return sdk.ServiceResourceUpdate{Properties: &sdk.ServiceUpdateProperties{LinkedDomains: ids}}
	}
	linked := must(all.services.Update(always, group, service, domains(made), nil))
	check(*linked.Properties.LinkedDomains[0] == *made, "the domain is linked")
	username := "printer@" + domain
	login := sdk.SMTPUsernameResource{Properties: &sdk.SMTPUsernameProperties{
		Username:           &username,
		EntraApplicationID: &world.Entra.ClientID,
		TenantID:           &world.Entra.TenantID,
	}}
	must(all.logins.CreateOrUpdate(always, group, service, "printer", login, nil))
	check(*must(all.logins.Get(always, group, service, "printer", nil)).Properties.Username == username, "the login is kept")
	same("printer", namesOf(all.logins.NewListPager(group, service, nil),
		func(page sdk.SMTPUsernamesClientListResponse) []*sdk.SMTPUsernameResource { return page.Value },
		func(each *sdk.SMTPUsernameResource) *string { return each.Name }))

	must(all.logins.Delete(always, group, service, "printer", nil))
	must(all.services.Update(always, group, service, domains([]*string{}...), nil))
	done(all.domains.BeginDelete(always, group, post, domain, nil))
	done(all.mails.BeginDelete(always, group, post, nil))
	refuse(404)(all.mails.Get(always, group, post, nil))
}

func tellDomain(all parts, post string) *string {
	managed := sdk.DomainResource{
		Location:   to.Ptr(global),
		Properties: &sdk.DomainProperties{DomainManagement: to.Ptr(sdk.DomainManagementCustomerManaged)},
	}
	made := done(all.domains.BeginCreateOrUpdate(always, group, post, domain, managed, nil))
	tags := sdk.UpdateDomainRequestParameters{Tags: Tags{"c": to.Ptr("d")}}
	done(all.domains.BeginUpdate(always, group, post, domain, tags, nil))
	check(*must(all.domains.Get(always, group, post, domain, nil)).Tags["c"] == "d", "the domain is tagged")
	same(domain, namesOf(all.domains.NewListByEmailServiceResourcePager(group, post, nil),
		func(page sdk.DomainsClientListByEmailServiceResourceResponse) []*sdk.DomainResource {
			return page.Value
		},
		func(each *sdk.DomainResource) *string { return each.Name }))
	record := sdk.VerificationParameter{VerificationType: to.Ptr(sdk.VerificationTypeDomain)}
	done(all.domains.BeginInitiateVerification(always, group, post, domain, record, nil))
	done(all.domains.BeginCancelVerification(always, group, post, domain, record, nil))
	return made.ID
}

func tellAddresses(all parts, post string) {
	news := sdk.SenderUsernameResource{Properties: &sdk.SenderUsernameProperties{
		Username: to.Ptr("news"), DisplayName: to.Ptr("News"),
	}}
	must(all.senders.CreateOrUpdate(always, group, post, domain, "news", news, nil))
	kept := must(all.senders.Get(always, group, post, domain, "news", nil))
	check(*kept.Properties.DisplayName == "News", "the sender has a name")
	senders := namesOf(all.senders.NewListByDomainsPager(group, post, domain, nil),
		func(page sdk.SenderUsernamesClientListByDomainsResponse) []*sdk.SenderUsernameResource {
			return page.Value
		},
		func(each *sdk.SenderUsernameResource) *string { return each.Name })
	check(strings.Contains(strings.Join(senders, " "), "news"), "the sender is listed")

	on, who := uuid(), uuid()
	list := sdk.SuppressionListResource{Properties: &sdk.SuppressionListProperties{ListName: to.Ptr("news")}}
	must(all.lists.CreateOrUpdate(always, group, post, domain, on, list, nil))
	check(*must(all.lists.Get(always, group, post, domain, on, nil)).Properties.ListName == "news", "the list has a name")
	same(on, namesOf(all.lists.NewListByDomainPager(group, post, domain, nil),
		func(page sdk.SuppressionListsClientListByDomainResponse) []*sdk.SuppressionListResource {
			return page.Value
		},
		func(each *sdk.SuppressionListResource) *string { return each.Name }))
	ada := to.Ptr("ada@example.com")
	address := sdk.SuppressionListAddressResource{Properties: &sdk.SuppressionListAddressProperties{Email: ada}}
	must(all.addresses.CreateOrUpdate(always, group, post, domain, on, who, address, nil))
	found := must(all.addresses.Get(always, group, post, domain, on, who, nil))
	check(*found.Properties.Email == *ada, "the address is kept")
	check(time.Since(*found.Properties.LastModified).Abs() < time.Hour, "it says when it was changed")
	same(who, namesOf(all.addresses.NewListPager(group, post, domain, on, nil),
		func(page sdk.SuppressionListAddressesClientListResponse) []*sdk.SuppressionListAddressResource {
			return page.Value
		},
		func(each *sdk.SuppressionListAddressResource) *string { return each.Name }))

	must(all.addresses.Delete(always, group, post, domain, on, who, nil))
	must(all.lists.Delete(always, group, post, domain, on, nil))
	must(all.senders.Delete(always, group, post, domain, "news", nil))
}

// done waits for the end of what a method has begun.
func done[T any](poller *runtime.Poller[T], err error) T {
	if err != nil {
		panic(err)
	}
	return must(poller.PollUntilDone(always, &runtime.PollUntilDoneOptions{Frequency: time.Second}))
}

func refuse(status int) func(any, error) {
	return func(answer any, err error) { refused(answer, err, status) }
}

func namesOf[Page, Each any](pager *runtime.Pager[Page], list func(Page) []*Each, name func(*Each) *string) []string {
	names := []string{}
	for pager.More() {
		for _, each := range list(must(pager.NextPage(always))) {
			names = append(names, *name(each))
		}
	}
	return names
}

func same(name string, listed []string) {
	check(len(listed) == 1 && listed[0] == name, fmt.Sprintf("%s is listed, alone: %v", name, listed))
}

func uuid() string {
	bytes := make([]byte, 16)
	must(rand.Read(bytes))
	bytes[6], bytes[8] = bytes[6]&0x0f|0x40, bytes[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", bytes[:4], bytes[4:6], bytes[6:8], bytes[8:10], bytes[10:])
}
