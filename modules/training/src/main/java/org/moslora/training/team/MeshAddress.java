package org.moslora.training.team;

import java.net.InetSocketAddress;

/** How an address is spelt between members: {@code host:port}, the host perhaps one of IPv6. */
final class MeshAddress {
    private MeshAddress() {}

    static String of(String host, int port) {
        return host + ":" + port;
    }

    static InetSocketAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    static String host(String text) {
        return text.substring(0, text.lastIndexOf(':'));
    }
}
