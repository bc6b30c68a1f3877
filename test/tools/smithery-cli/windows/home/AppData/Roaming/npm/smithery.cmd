@ECHO off
