package org.moslora.app;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This program's own command line, to be started in a process of its own as this one was. */
final class OwnJava {
    private OwnJava() {}

    /** The command that runs the program with these words. */
    static List<String> command(List<String> words) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MosloraCli.class.getName()));
        command.addAll(words);
        return command;
    }
}
