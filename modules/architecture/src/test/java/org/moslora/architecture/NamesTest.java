package org.moslora.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What things are called, and what nothing here does: end the process, open a connection. */
final class NamesTest {
    private static final List<String> ENDINGS =
            List.of("java.lang.System.exit", "java.lang.Runtime.exit", "java.lang.Runtime.halt");
    /** What types commands, or tells users which to type. */
    private static final List<String> COMMAND_LINES = List.of(
            "pipelines/app/",
            "pipelines/quickstart/",
            "pipelines/compare/",
            "pipelines/studio/",
            "pipelines/spark/",
            "samples/");

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*(/?\\*|//).*$");
    private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\\n]|\\\\.)*\"");
    private static final Pattern ARTIFACT = Pattern.compile("(?s)</parent>.*?<artifactId>([^<]+)</artifactId>");
    private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z]");

    private static final List<String> HOSTS =
            List.of("java.net.http..", "javax.net..", "com.sun.net..", "java.rmi..", "ai.djl.repository.zoo..");

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Utils?|Helpers?|Manager|Common|Impl|Misc)")
                .orShould()
                .haveNameMatching(".*[.$]Abstract[A-Z].*")
                .check(House.CLASSES);
    }

    @Test
    void packagesSayWhatTheyAreAbout() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..core..", "..misc..")
                .check(House.CLASSES);
    }

    @Test
    void onlyTheProgramEndsTheProcess() {
        List<String> callers = House.CLASSES.stream()
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> ENDINGS.contains(
                        call.getTargetOwner().getName() + "." + call.getTarget().getName()))
                .map(call ->
                        call.getOriginOwner().getName() + "." + call.getOrigin().getName())
                .toList();
        assertThat(callers)
                .containsExactlyInAnyOrder(
                        "org.moslora.app.ChildProcess.endWith",
                        "org.moslora.app.MosloraCli.main",
                        "org.moslora.app.Signals.received",
                        "org.moslora.app.Signals.stop");
    }

    @Test
    void nothingOpensAConnection() {
        // A service and the studio are there to listen, on this machine alone unless told; members of a team connect.
        noClasses()
                .that()
                .resideOutsideOfPackages("org.moslora.serve..", "org.moslora.studio..", "org.moslora.training.team")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(HOSTS.toArray(new String[0]))
                .orShould()
                .dependOnClassesThat(DescribedPredicate.describe("reach a network", NamesTest::reachesNetwork))
                .check(House.CLASSES);
    }

    private static boolean reachesNetwork(JavaClass type) {
        return type.getPackageName().equals("java.net")
                && !List.of("URI", "URISyntaxException", "URLDecoder").contains(type.getSimpleName());
    }

    @Test
    void everyKernelFileIsCompiled() {
        Path resources = House.ROOT.resolve("modules/layers/src/main/resources/org/moslora/layers");
        String sources = House.text(House.ROOT.resolve("modules/layers/src/main/java/org/moslora/layers/Kernels.java"));
        assertThat(House.files(resources.resolve("kernels"))).isNotEmpty().allSatisfy(file -> {
            assertThat(file.toString()).endsWith(".py");
            assertThat(sources).contains("\"" + resources.relativize(file) + "\"");
        });
    }

    /** A library names fields, by {@code FieldName}; whoever calls from Java typed no flag. */
    @Test
    void libraryStringsHoldNoFlag() {
        List<String> found = new ArrayList<>();
        for (Path source : House.sources()) {
            String name = House.name(source);
            if (COMMAND_LINES.stream().noneMatch(name::startsWith)) {
                Matcher strings =
                        STRING.matcher(COMMENT.matcher(House.text(source)).replaceAll(""));
                while (strings.find()) {
                    if (FLAG.matcher(strings.group()).find()) {
                        found.add(name + " " + strings.group());
                    }
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void everyModuleIsBuilt() {
        String aggregate = House.text(House.ROOT.resolve("pom.xml"));
        for (String stratum : House.STRATA) {
            House.files(House.ROOT.resolve(stratum)).stream()
                    .filter(file -> file.endsWith("pom.xml"))
                    .map(file -> House.name(file.getParent()))
                    .forEach(module -> assertThat(aggregate).contains("<module>" + module + "</module>"));
        }
    }

    /** What the bill of materials has is what the root manages. */
    @Test
    void everyModuleOfTheLibraryIsInTheBillOfMaterials() {
        String managed = House.text(House.ROOT.resolve("pom.xml")).replaceAll("\\s+", "");
        for (String stratum : List.of("modules", "datasets", "pipelines")) {
            House.files(House.ROOT.resolve(stratum)).stream()
                    .filter(file -> file.endsWith("pom.xml"))
                    .filter(file -> Files.isDirectory(file.resolveSibling("src/main/java")))
                    // These rules are nobody's library.
                    .filter(file -> !House.name(file).startsWith("modules/architecture/"))
                    .forEach(file -> {
                        Matcher own = ARTIFACT.matcher(House.text(file));
                        assertThat(own.find()).as(House.name(file)).isTrue();
                        assertThat(own.group(1)).startsWith("moslora-");
                        assertThat(managed)
                                .contains("<artifactId>" + own.group(1)
                                        + "</artifactId><version>${project.version}</version>");
                    });
        }
    }

    @Test
    void scriptsCanBeStarted() {
        for (String script : List.of("moslora", "samples/first-run", "samples/spark", ".ci/run")) {
            assertThat(Files.isExecutable(House.ROOT.resolve(script)))
                    .as(script)
                    .isTrue();
        }
    }
}
