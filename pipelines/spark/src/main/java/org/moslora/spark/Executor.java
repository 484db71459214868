package org.moslora.spark;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Engine;
import org.moslora.problems.FieldName;

/**
 * What an executor's process does for this program: one thing at a time, since engine and default generator are one a
 * process. A model that a task has opened stays for the next one with the same command.
 */
final class Executor {
    private static final Object TURN = new Object();
    private static @Nullable String command;
    private static @Nullable AutoCloseable open;

    private Executor() {}

    /** Does something when it is its turn, in the words of the command line. */
    static <T> T during(Supplier<T> work) {
        synchronized (TURN) {
            Engine.stayOffline();
            return FieldName.spelled(field -> "--" + field, work);
        }
    }

    /** What the last task with this command has opened, else what is opened now; to be called when it is one's turn. */
    static <T extends AutoCloseable> T kept(String wanted, Class<T> type, Supplier<T> opening) {
        AutoCloseable present = open;
        if (present != null && wanted.equals(command)) {
            Engine.start(Engine.threads()); // how kernels run is a setting of each thread, and this may be another one
            return type.cast(present);
        }
        close();
        T opened = opening.get();
        open = opened;
        command = wanted;
        return opened;
    }

    /** Lets go of what is open. */
    static void close() {
        AutoCloseable present = open;
        open = null;
        command = null;
        if (present != null) {
            try {
                present.close();
            } catch (Exception failure) {
                throw new IllegalStateException("the model of the last command does not close", failure);
            }
        }
    }
}
