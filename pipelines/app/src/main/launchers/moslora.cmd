@echo off
rem Runs the program from the folder that this lies in; only Java is needed, 17 or later.
rem   MOSLORA_HEAP=2g           Java's heap, a quarter of the memory at first; tensors lie outside it
rem   MOSLORA_JAVA_OPTIONS=...  more options for Java
setlocal
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
set "heap=-XX:MaxRAMPercentage=25"
if defined MOSLORA_HEAP set "heap=-Xmx%MOSLORA_HEAP%"
if not defined OPENCV_LOG_LEVEL set "OPENCV_LOG_LEVEL=OFF"
chcp 65001 >nul
"%java%" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xlog:disable -Xlog:all=error:stderr %heap% -Djava.awt.headless=true -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 "-Dmoslora.schema=%~dp0recipe.schema.json" %MOSLORA_JAVA_OPTIONS% -jar "%~dp0moslora.jar" %*
exit /b %ERRORLEVEL%
