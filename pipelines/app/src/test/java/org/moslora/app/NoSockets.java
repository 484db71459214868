package org.moslora.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.Permission;

/**
 * The program where no socket may be opened and no name looked up: whatever tries is written down, with where it came from,
 * and refused. Started with {@code -Djava.security.manager=} this class.
 */
@SuppressWarnings("removal")
public final class NoSockets extends SecurityManager {
    private static final String LOG = "tests.sockets";

    @Override
    public void checkConnect(String host, int port) {
        refuse("connect " + host + ":" + port);
    }

    @Override
    public void checkConnect(String host, int port, Object context) {
        refuse("connect " + host + ":" + port);
    }

    @Override
    public void checkListen(int port) {
        refuse("listen " + port);
    }

    @Override
    public void checkAccept(String host, int port) {
        refuse("accept " + host + ":" + port);
    }

    @Override
    public void checkPermission(Permission permission) {
        if (permission instanceof java.net.SocketPermission) {
            refuse(permission.toString());
        }
    }

    @Override
    public void checkPermission(Permission permission, Object context) {
        checkPermission(permission);
    }

    private static void refuse(String what) {
        StringBuilder text = new StringBuilder(what).append('\n');
        for (StackTraceElement element : new Throwable().getStackTrace()) {
            text.append("    ").append(element).append('\n');
        }
        try {
            Files.writeString(
                    Path.of(System.getProperty(LOG)), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException broken) {
            throw new SecurityException(broken);
        }
        throw new SecurityException(what);
    }
}
