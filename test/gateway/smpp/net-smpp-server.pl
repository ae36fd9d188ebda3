#!/usr/bin/perl
# An SMSC of Perl's Net::SMPP (Debian: libnet-smpp-perl): takes every bind and every text, prints what it has read as a line of
# JSON, sends a receipt where one is wanted, and the text back to whom it was from.
# Usage: perl net-smpp-server.pl PORT      (0 for any; it prints which)
use strict;
use warnings;
use JSON::PP;
use Net::SMPP;

$| = 1;
my $listener = Net::SMPP->new_listen('127.0.0.1', port => $ARGV[0] // 0, smpp_version => 0x34) or die "cannot listen: $!\n";
print encode_json({ port => $listener->sockport() }), "\n";
my $count = 0;

while (my $peer = $listener->accept) {
  while (my $pdu = $peer->read_pdu) {
    my $cmd = $pdu->{cmd};
    my $seq = $pdu->{seq};
    if ($cmd == 0x9) {
      print encode_json({ bind => $pdu->{system_id}, password => $pdu->{password}, version => $pdu->{interface_version} }), "\n";
      $peer->bind_transceiver_resp(seq => $seq, status => 0, system_id => 'perl');
    } elsif ($cmd == 0x4) {
      my $id = sprintf 'perl-%d', ++$count;
      my %read = map { $_ => $pdu->{$_} }
        qw(source_addr_ton source_addr dest_addr_ton destination_addr esm_class validity_period registered_delivery data_coding);
      print encode_json({ id => $id, %read, octets => unpack('H*', $pdu->{short_message}) }), "\n";
      $peer->submit_sm_resp(seq => $seq, status => 0, message_id => $id);
      if ($pdu->{registered_delivery}) {
        $peer->deliver_sm(async => 1, esm_class => 4, source_addr => $pdu->{destination_addr},
          destination_addr => $pdu->{source_addr},
          short_message => "id:$id sub:001 dlvrd:001 submit date:2611301200 done date:2611301201 stat:DELIVRD err:000 text:");
      }
      $peer->deliver_sm(async => 1, esm_class => $pdu->{esm_class}, data_coding => $pdu->{data_coding},
        source_addr_ton => 1, source_addr => $pdu->{destination_addr}, dest_addr_ton => 1,
        destination_addr => $pdu->{source_addr}, short_message => $pdu->{short_message});
    } elsif ($cmd == 0x15) {
      $peer->enquire_link_resp(seq => $seq);
    } elsif ($cmd == 0x80000005) {
      print encode_json({ answered => $pdu->{status} }), "\n";
    } elsif ($cmd == 0x6) {
      $peer->unbind_resp(seq => $seq);
      last;
    }
  }
  $peer->close;
}
