package org.moslora.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every verb that writes, on a disk that has no room for all of it: a line and exit code 1, nothing half written, and
 * with room made the result of one that never lacked any. The disks are small file systems in memory, which only root
 * may mount; without that this part is skipped, and says so.
 */
@Tag("campaign")
final class FullDiskCampaign {
    private static final long LONGEST = 300_000;
    private static final long PAGE = 4096;

    private final Table table = new Table("full disk");

    @Test
    void aFullDiskIsToldAndGoneOnFrom() throws Exception {
        Path folder = Settings.FOLDER.resolve("disks");
        Path disk = folder.resolve("disk");
        shell("umount", disk.toString());
        Trees.delete(folder);
        Files.createDirectories(disk);
        if (!mounted(disk, 1 << 20)) {
            table.count("all verbs", Outcome.SKIPPED, "");
            table.note("No small disk could be mounted: this takes Linux and root.");
            table.finish();
            return;
        }
        shell("umount", disk.toString());
        for (Task task : Task.all(Bed.trained(folder.resolve("bed")))) {
            // Where the disk is then mounted, so that paths in what is made are the same.
            Undisturbed whole = Undisturbed.run(task, disk.resolve("work"), table);
            for (int round = 0; round < Settings.ROUNDS; round++) {
                one(whole, disk, Settings.random("disk " + task.name(), round), round);
            }
        }
        table.finish();
    }

    private void one(Undisturbed whole, Path disk, Random random, int round) throws Exception {
        Task task = whole.task();
        Trees.delete(whole.folder());
        long room = 4 * PAGE + (long) (whole.bytes() * random.nextDouble() * 0.9) / PAGE * PAGE;
        if (!mounted(disk, room)) {
            throw new IOException("no disk of " + room + " bytes could be mounted at " + disk);
        }
        try {
            task.fill(whole.folder());
            Ended ended = task.start(whole.folder(), task.words()).await(LONGEST);
            String story = "round " + round + ", " + room + " of " + whole.bytes() + " bytes: " + ended.described();
            Outcome outcome = ended.code() == 2 ? Outcome.WRONG_CODE : Outcome.of(ended);
            if (outcome.isFault() || ended.errors().size() > 1) {
                table.count(task.name(), outcome.isFault() ? outcome : Outcome.FLOOD, story);
                return;
            }
            if (whole.isHalfWritten() || isPartial(task, whole.folder())) {
                table.count(task.name(), Outcome.HALF_WRITTEN, story + " " + whole.differences());
            }
            shell("mount", "-o", "remount,size=" + (4 * whole.bytes() + (64 << 20)), disk.toString());
            Ended again = ended.code() == 0 ? ended : task.again(whole.folder());
            Outcome last = whole.judged(again, ended.code() == 0 ? Outcome.DONE : Outcome.ROOM_MADE);
            table.count(task.name(), last, story + ", with room: " + again.described() + " " + whole.differences());
        } finally {
            shell("umount", disk.toString());
        }
    }

    private static boolean isPartial(Task task, Path folder) {
        return task.state(folder).keySet().stream().anyMatch(name -> name.matches(Task.PARTIAL));
    }

    private static boolean mounted(Path disk, long bytes) throws IOException, InterruptedException {
        return shell("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", disk.toString()) == 0;
    }

    private static int shell(String... words) throws IOException, InterruptedException {
        List<String> command = Arrays.asList(words);
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException noSuchProgram) {
            return -1;
        }
    }
}
